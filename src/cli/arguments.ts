import {InvalidArgumentError} from 'commander';

/** A parser of whole numbers, for options. */
export const wholeNumberFrom =
	(least: number, most = Number.MAX_SAFE_INTEGER) =>
	(text: string): number => {
		const value = Number(text);
		if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
		const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
		throw new InvalidArgumentError(`It has to be a whole number from ${least}${upTo}.`);
	};
