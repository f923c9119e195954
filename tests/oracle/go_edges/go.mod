module go_edges

go 1.21
