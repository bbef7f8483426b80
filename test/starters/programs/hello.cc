#include <algorithm>
#include <iostream>
#include <string>

int main() {
	std::string word = "++C";
	std::reverse(word.begin(), word.end());
	std::cout << word << std::endl;
}
