/*
 * Loaded into every process of a Slipway under test (`--import`): its clock is off by SLIPWAY_CLOCK_OFFSET_MS.
 */
const offsetMs = Number(process.env['SLIPWAY_CLOCK_OFFSET_MS'] ?? 0);
const Real = Date;

globalThis.Date = class extends Real {
	constructor(...args: readonly unknown[]) {
		if (args.length === 0) super(Real.now() + offsetMs);
		else super(...(args as [number]));
	}

	static override now(): number {
		return Real.now() + offsetMs;
	}
} as DateConstructor;
