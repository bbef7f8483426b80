import type {Plan} from '../../src/plan/plan.ts';
import {sizeOfLine} from '../preview/preview-rows.ts';

/** What a starter weighs before anything is added: its minimal image, by line. */
export type StarterSizes = Readonly<Record<string, StarterSize>>;

export interface StarterSize {
	/** Installed bytes of the packages in the image. */
	readonly installedBytes: number;
	readonly packages: number;
}

export const sizesOf = (plan: Plan): StarterSizes =>
	Object.fromEntries(
		plan.lines.flatMap(line => {
			const size = sizeOfLine(line);
			return size ? [[line.line, {installedBytes: size.installedBytes, packages: size.packages}]] : [];
		}),
	);
