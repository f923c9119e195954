Publisher.new.publish_message("sales", "x")
