for decision in "by type" "all by type" "by type of the decision" "by the clause"; do
  aftercare eval --dmn ../models/order.dmn --decision "$decision" --lang $1
done
