# A state that runs another chart shows it in a box of its own; below the picture stands what its signs mean, and no other.
aftercare diagram ../offices.scxml --lang "$1" | grep -o '<text[^>]*>[^<]*' | sed 's/<text[^>]*>//'
aftercare diagram ../offices.scxml --as mermaid --lang "$1"
