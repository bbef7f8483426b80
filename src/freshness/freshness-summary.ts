/** An image's freshness in a few numbers, for lists and badges. */
export interface FreshnessSummary {
	readonly state: 'up to date' | 'outdated' | 'cannot be planned';
	/** When it was found out: ISO 8601, UTC. */
	readonly checkedAt: string;
	/** Lines that a rebuild would change or build for the first time. */
	readonly outdatedLines: readonly string[];
	/** Names of packages that have a newer version in a security suite, of all lines. */
	readonly securityUpdates: readonly string[];
	/** Packages that a rebuild would change, of all lines. */
	readonly changedPackages: number;
	readonly nearEndOfLife: readonly string[];
	readonly pastEndOfLife: readonly string[];
	/** Why it cannot be planned. */
	readonly problem: string | null;
}
