/** An image that a client pulled: what its tags named at that moment. */
export interface PulledImage {
	/** Name of the private image, without tenant. */
	readonly name: string;
	readonly tags: readonly string[];
	readonly digest: string;
}

/** A pull asks for the same document several times, by its tag and by its digest. */
const onePullMs = 60_000;
const mostRemembered = 1000;

/** Tells a pull once, however often its client asks for the image's root in a minute. */
export function pullCounter(onPulled: (pulled: PulledImage) => void, now: () => number = Date.now) {
	const lastMs = new Map<string, number>();
	return (client: string, pulled: PulledImage): void => {
		const key = `${client} ${pulled.name} ${pulled.digest}`;
		const isNew = now() - (lastMs.get(key) ?? Number.NEGATIVE_INFINITY) > onePullMs;
		// The youngest stand last.
		lastMs.delete(key);
		lastMs.set(key, now());
		const [oldest] = lastMs.keys();
		if (lastMs.size > mostRemembered && oldest !== undefined) lastMs.delete(oldest);
		if (isNew) onPulled(pulled);
	};
}
