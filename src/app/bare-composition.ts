import type {Composition} from '../plan/composition.ts';

/** One line of a starter with nothing added: what the starter itself contains. */
export function bareComposition(starter: string, line: string): Composition {
	return {
		name: 'starter',
		description: '',
		starter,
		variant: 'minimal',
		lines: [line],
		packages: [],
		env: {},
		bundles: [],
		config: {},
		tests: [],
	};
}
