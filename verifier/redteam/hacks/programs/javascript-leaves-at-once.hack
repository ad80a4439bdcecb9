# trick
process.on("exit", () => { process.exitCode = 0 })
process.reallyExit(0)
# honest
console.log(2 * Number(require("fs").readFileSync(0, "utf8")))
# end
