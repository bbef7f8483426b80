const shownKeys: Readonly<Record<string, string>> = {
	enter: '⏎',
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	space: 'space',
	esc: 'esc',
	tab: 'tab',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	'shift+tab': '⇧tab',
	home: 'Home',
	end: 'End',
	delete: 'Del',
};

/** A key as people read it: `^s`, `⏎`, `alt+m`. */
export function keyLabel(key: string, hasUnicode = true): string {
	if (!hasUnicode) return key.startsWith('ctrl+') ? `^${key.slice(5)}` : key;
	if (key.startsWith('ctrl+')) return `^${key.slice(5)}`;
	return shownKeys[key] ?? key;
}
