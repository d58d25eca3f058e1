aftercare diagram ../door.scxml --lang "$1" | grep -o '<text[^<]*<' | sed 's/<text[^>]*>//; s/<$//'
aftercare diagram ../door.scxml --as mermaid --lang "$1"
