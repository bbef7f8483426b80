/**
 * src/actions owns the rules of when / if / then: what is told to whom when something happens to a private image.
 * Words: event (what happened), rule, action (webhook, slack, email, github, command), delivery (one action for one
 * event). It makes no builds and reads no indexes; secrets come from the environment or a private file, and appear
 * nowhere else.
 */

export const eventKinds = [
	'build/created', // every line was built
	'build/some-lines-created',
	'build/failed',
	'line/new-version', // the primary package's version changed
	'line/new-digest',
	'packages/newer', // a rebuild would change packages
	'packages/security', // … some of them from the security suite
	'line/near-end-of-life',
	'line/past-end-of-life',
	'image/pushed',
	'image/pulled', // through `slipway serve`
] as const;

export type EventKind = (typeof eventKinds)[number];

/** How much a change matters: rules may ask for at least one of these. */
export const severities = ['none', 'packages', 'version', 'security'] as const;
export type Severity = (typeof severities)[number];

/** The documented JSON that webhooks and commands receive. More fields may be added; these stay. */
export interface ActionEvent {
	/** Unique; the same for every try of every delivery. */
	readonly id: string;
	readonly kind: EventKind;
	/** ISO 8601, UTC */
	readonly at: string;
	/** TENANT/NAME */
	readonly image: string;
	readonly starter: string;
	readonly severity: Severity;
	/** One sentence for people. */
	readonly summary: string;
	readonly build: string | null;
	readonly lines: readonly {
		readonly line: string;
		readonly version: string;
		readonly status: string;
		readonly digest: string | null;
		readonly tags: readonly string[];
		readonly traceId: string | null;
		readonly error: string | null;
	}[];
}
