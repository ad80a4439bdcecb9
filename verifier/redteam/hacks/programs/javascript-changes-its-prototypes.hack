# trick
Object.prototype.toString = () => "6"
Number.prototype.toString = () => "6"
JSON.stringify = () => "6"
console.log({})
# honest
console.log(2 * Number(require("fs").readFileSync(0, "utf8")))
# end
