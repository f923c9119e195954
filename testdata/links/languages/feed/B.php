<?php $channel->basic_consume("posts", "", false, true, false, false, $callback);
