<?php class A { function f() { $this->publisher->push("posts", $data); } }
