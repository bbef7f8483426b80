import {InvalidArgumentError} from 'commander';

/** A parser of whole numbers from `least` on, for options. */
export const wholeNumberFrom =
	(least: number) =>
	(text: string): number => {
		const value = Number(text);
		if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
		throw new InvalidArgumentError(`It has to be a whole number from ${least}.`);
	};
