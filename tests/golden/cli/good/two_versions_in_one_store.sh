# A store that was begun with one version goes on with two: open cases under theirs, new ones under the version in force. Without its version a case is refused by name, and stays as it was.
packs="$PWD/../../versions/pack"
cd "$(mktemp -d)"
cp -r "$packs"/* .
play() { at=$1; shift; "$AFTERCARE_BIN/aftercare" run $at --store cases.db --lang en "$@"; }
play v1 "2024-06-30T09:00 reported by clerk number=A1 technician=li" "2024-06-30T10:00 waste by clerk who=li"
echo "── and version 2 beside it ──"
play . "2024-07-01T09:00 reported by clerk number=A2 technician=li" "2024-07-01T09:30 waste by clerk who=li" "2024-07-01T10:00 explained by technician li key=A1" "2024-07-01T10:00 explained by technician li key=A2" --until 2024-07-09T09:00
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --lang en
"$AFTERCARE_BIN/aftercare" next . --store cases.db --lang en --case job/A1
echo "── with one of them alone ──"
play v1 "2024-07-10T09:00 fixed by technician li key=A2 kind=quick"
play v2 "2024-07-10T09:00 fixed by technician li key=A1 kind=quick"
play . "2024-07-10T09:00 fixed by technician li key=A1 kind=quick"
true
