/* Its child keeps the memory that vfork lent it: the parent waits in state D, like one that waits for a disk.

Verdict: IDLE_LIMIT
Gone: both processes
*/
#define _DEFAULT_SOURCE
#include <unistd.h>

int main(void) {
    if (vfork() == 0) {
        for (;;) pause();
    }
    return 0;
}
