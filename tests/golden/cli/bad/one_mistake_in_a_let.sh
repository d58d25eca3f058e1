# A mistake in a let is told of the let, not of everything that uses it.
pack=$PWD/../../../../rules/appliance/installer_liabilities
cd "$(mktemp -d)"
sed 's/all_handed_in: .*/all_handed_in: paid_in != nuxl and missing <= 0 CNY/; s/missing: .*/missing: fee - paid_im/' "$pack/pack.yaml" > pack.yaml
"$AFTERCARE_BIN/aftercare" check . --lang en 2>&1
