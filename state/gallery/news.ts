/** What a rebuild would bring to a private image. */
export type ImageNews =
	| {readonly kind: 'up to date'; readonly lines: readonly LineNews[]}
	| {
			readonly kind: 'outdated';
			readonly packages: number;
			readonly security: number;
			readonly lines: readonly LineNews[];
	  }
	/** It cannot be planned any more. */
	| {readonly kind: 'problem'; readonly text: string; readonly lines: readonly LineNews[]};

export interface LineNews {
	readonly line: string;
	readonly state: 'up to date' | 'outdated' | 'not built' | 'conflict' | 'skipped' | 'gone';
	/** Packages in the image that would change. */
	readonly packages: number;
	readonly security: number;
	readonly endOfLife: {readonly date: string; readonly state: 'near' | 'past'} | null;
}
