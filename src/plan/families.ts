import type {StarterLine} from '../catalog/starter.ts';
import type {PackageIndex} from '../repository/package-index.ts';

/** What planning asks of the catalogue about families and names. */
export interface FamilyChoices {
	/** True for the name of an auto package that the catalogue offers. */
	isAuto(name: string): boolean;
	/** The member of an auto package's family that fits a line best; null where none fits. */
	chooseAutoMember(autoName: string, line: StarterLine, index: PackageIndex): string | null;
	/** Known names that resemble a wrong one, nearest first. */
	nearestNames(name: string): readonly string[];
	/** Other packages of the same family, and its auto package: tried as ways out of a conflict. */
	alternativesOf(name: string, line: StarterLine, index: PackageIndex): readonly string[];
}

/** Planning without a catalogue: every name is that of a package. */
export const noFamilies: FamilyChoices = {
	isAuto: () => false,
	chooseAutoMember: () => null,
	nearestNames: () => [],
	alternativesOf: () => [],
};
