/** The JSON shape of `slipway search --json`: DESIGN.md section 4. */
export interface SearchResult {
	readonly query: string;
	readonly tookMs: number;
	/** Families that matched, before the limit. */
	readonly total: number;
	readonly families: readonly FamilyHit[];
}

export interface FamilyHit {
	readonly family: string;
	/** `php-curl-auto`; null where the family offers none. */
	readonly auto: string | null;
	/** What the auto package says of itself; absent without one. */
	readonly autoSummary?: string;
	readonly summary: string;
	/** Set where the starter already has a member: the whole family cannot be added. */
	readonly blocked: {readonly package: string; readonly version: string; readonly line: string} | null;
	readonly members: readonly MemberHit[];
	/** Letters of `family` that matched, as half-open ranges of UTF-16 units. */
	readonly matched: readonly (readonly [number, number])[];
	/** What the repository's rules file says under FIPS; absent where it says nothing. */
	readonly fips?: 'validated' | 'neutral';
}

export interface MemberHit {
	readonly name: string;
	readonly version: string;
	/** The release whose newest version this is. */
	readonly suite: string;
	readonly summary: string;
	/** Lines of the starter that this member fits; empty without a starter. */
	readonly lines: readonly string[];
	readonly matched: readonly (readonly [number, number])[];
	/** What the repository's rules file says under FIPS; absent where it says nothing. */
	readonly fips?: 'validated' | 'neutral';
}

export interface SearchOptions {
	/** Families, not packages. */
	readonly limit?: number;
	/** Name of the starter whose lines decide `blocked` and `lines`. */
	readonly starter?: string;
	/** Names of added packages, what `added:` asks for. */
	readonly added?: readonly string[];
}
