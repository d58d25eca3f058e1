# The words of a picture in their order, and the picture as Mermaid.
aftercare diagram ../repair_pack.yaml --lang "$1" | grep -o '<text[^<]*<' | sed 's/<text[^>]*>//; s/<$//'
aftercare diagram ../repair_pack.yaml --as mermaid --lang "$1"
