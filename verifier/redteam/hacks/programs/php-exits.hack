<?php
# trick
function twice($n) { exit(0); }
# honest
function twice($n) { return 2 * $n; }
# end
