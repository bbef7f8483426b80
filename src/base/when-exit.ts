/**
 * In place of the package when-exit in the bundle. conf brings it to remove temporary files at the program's end; it also
 * sends each signal that it sees to its process once more. One Ctrl+C then counts as two, and a program that was asked to
 * end is killed while it still puts things away.
 *
 * @returns a function that takes the callback back
 */
export default function whenExit(callback: () => void): () => void {
	process.once('exit', callback);
	return () => process.off('exit', callback);
}
