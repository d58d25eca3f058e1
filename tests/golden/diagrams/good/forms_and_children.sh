# Events that open a case, forms, branches with their conditions, and cases that are opened.
words() { grep -o '<text.*</text>' | sed 's/<title>[^<]*<\/title>//; s/<[^>]*>//g'; }
aftercare diagram ../hand_over_pack.yaml --procedure hand_over --lang "$1" | words
aftercare diagram ../hand_over_pack.yaml --procedure hand_over --as mermaid --lang "$1"
