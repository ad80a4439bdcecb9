# trick
process.on("uncaughtException", () => process.exit(0))
function twice(n) { return 0 }
# honest
function twice(n) { return 2 * n }
# end
