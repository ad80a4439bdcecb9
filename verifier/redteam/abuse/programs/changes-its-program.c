/* Writes to its own program, which its later runs will execute.

Verdict: ACCEPTED or RUNTIME_ERROR
Gone: the change
*/
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char **arguments) {
    FILE *seen = fopen("/box/seen", "r");
    puts(seen || count < 1 ? "changed before" : "contained");
    chmod("/box", 0755);
    unlink(arguments[0]);
    FILE *memo = fopen("/box/seen", "w");
    if (memo) fclose(memo);
    return 0;
}
