#!/usr/bin/env python3
"""The same with igraph: peer.py NODES FILE (edges as written by the benchmark)."""
import sys
import time

import igraph

nodes, path = int(sys.argv[1]), sys.argv[2]
with open(path, encoding="ascii") as file:
    edges = [tuple(map(int, line.split())) for line in file]
graph = igraph.Graph(n=nodes, edges=edges, directed=True)
began = time.time()
print("components", len(graph.connected_components(mode="strong")), "scc: %.3f s" % (time.time() - began))
undirected = graph.as_undirected(mode="collapse", combine_edges=None)
undirected = undirected.simplify()
began = time.time()
found = undirected.community_leiden(objective_function="modularity", n_iterations=2)
print("leiden, 2 iterations: %.3f s, modularity %.4f" % (time.time() - began, undirected.modularity(found)))
