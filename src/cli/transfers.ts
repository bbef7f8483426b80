import {safeText} from '../base/safe-text.ts';
import type {TransferProgress} from '../repository/package-index.ts';
import {formatBytes} from './format.ts';

const frameIntervalMs = 100;

/** Progress of a refresh on stderr: one row that is painted over on a terminal, silence elsewhere. */
export function showTransfers(stream: NodeJS.WriteStream): {
	readonly show: (progress: TransferProgress) => void;
	readonly end: () => void;
} {
	if (!stream.isTTY) return {show: () => {}, end: () => {}};
	const current = new Map<string, TransferProgress>();
	let isShown = false;
	let paintedAtMs = 0;
	return {
		show(progress) {
			current.set(progress.what, progress);
			const nowMs = Date.now();
			if (nowMs - paintedAtMs < frameIntervalMs) return;
			paintedAtMs = nowMs;
			isShown = true;
			let doneBytes = 0;
			for (const {kind, doneBytes: done} of current.values()) if (kind === 'download') doneBytes += done;
			const text = `Refreshing indexes: ${progress.kind} ${safeText(progress.what)}${doneBytes > 0 ? ` · ${formatBytes(doneBytes)}` : ''}`;
			stream.write(`\r${text.slice(0, Math.max(20, (stream.columns || 80) - 1))}\u001b[K`);
		},
		end() {
			if (isShown) stream.write('\r\u001b[K');
		},
	};
}
