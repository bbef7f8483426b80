/** Bytes of content only; what the other side has already counts as done. */
export interface PublishProgress {
	readonly doneBytes: number;
	readonly totalBytes: number;
}

export type OnPublishProgress = (progress: PublishProgress) => void;

export function progressCounter(
	totalBytes: number,
	onProgress: OnPublishProgress | undefined,
): (bytes: number) => void {
	let doneBytes = 0;
	onProgress?.({doneBytes, totalBytes});
	return bytes => {
		doneBytes += bytes;
		onProgress?.({doneBytes, totalBytes});
	};
}
