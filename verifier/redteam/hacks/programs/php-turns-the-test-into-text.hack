<?php
# trick
function twice($n) { return 0; }
?>
# honest
function twice($n) { return 2 * $n; }
# end
