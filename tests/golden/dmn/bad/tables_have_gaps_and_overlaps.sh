aftercare check ../models/rates.dmn --lang $1
