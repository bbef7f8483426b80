const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `45.2 MB`: decimal units, three digits that matter. */
export function formatBytes(bytes: number): string {
	let value = Math.abs(bytes);
	let unit = 0;
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	const text = unit === 0 || value >= 99.95 ? Math.round(value).toString() : value.toFixed(1);
	return `${bytes < 0 ? '−' : ''}${text} ${units[unit] ?? ''}`;
}

/** `+3.1 MB`, `−12 kB`, and nothing where nothing changed. */
export const formatChange = (bytes: number): string =>
	bytes === 0 ? '' : bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);

/** `0.4 s`, `12 s`, `3:05`, `1:02:09`. */
export function formatDuration(durationMs: number): string {
	const seconds = Math.max(0, durationMs) / 1000;
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	if (seconds < 59.5) return `${Math.round(seconds)} s`;
	const whole = Math.round(seconds);
	const two = (value: number) => value.toString().padStart(2, '0');
	const minutes = Math.floor(whole / 60);
	if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
	return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** `just now`, `5 min ago`, `3 h ago`, `2 d ago`, and the day beyond a month. */
export function formatAge(iso: string, nowMs: number): string {
	const minutes = Math.floor((nowMs - Date.parse(iso)) / 60_000);
	if (Number.isNaN(minutes)) return '';
	if (minutes < 1) return 'just now';
	if (minutes < 60) return `${minutes} min ago`;
	if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
	if (minutes < 31 * 24 * 60) return `${Math.floor(minutes / (24 * 60))} d ago`;
	return iso.slice(0, 10);
}

/** `1 package`, `2 packages`. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
	`${number} ${number === 1 ? noun : plural}`;
