cd "$(mktemp -d)"
{ printf '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">'
  head -c 70000000 /dev/zero | tr '\0' ' '; printf '</definitions>'; } > large.dmn
aftercare eval --dmn large.dmn --decision d --lang $1
