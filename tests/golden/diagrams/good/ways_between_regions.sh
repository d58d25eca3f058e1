# Between regions there is no room for an arrow: the box that is left says where its transition leads, and that of the regions where a history does.
aftercare diagram ../regions.scxml --lang "$1" | grep -o '<text[^>]*>[^<]*' | sed 's/ font-[a-z]*="[^"]*"//g'
