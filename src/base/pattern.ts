/** Whether a name is what a pattern means: `*` stands for any letters, the rest for itself. */
export function isLike(text: string, pattern: string): boolean {
	const parts = pattern.split('*').map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
	return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
