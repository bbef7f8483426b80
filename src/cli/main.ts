/** Runs one command line. Sets the exit code; never calls exit before output has drained. */
export async function main(argv: readonly string[]): Promise<void> {
	if (argv.includes('--version')) process.stdout.write('0.1.0\n');
}
