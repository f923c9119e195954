class Main { void main() { serve(); } }
