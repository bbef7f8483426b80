#include <math.h>
#include <stdio.h>

int main(int count, char **arguments) {
	return printf("C: %.3f\n", sqrt(count + 1.0)) < 0;
}
