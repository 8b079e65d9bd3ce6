int castra_test_answer();
int main() { return castra_test_answer(); }
