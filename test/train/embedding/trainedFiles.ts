import path from 'node:path';
import { trainingFolder } from './sources.ts';

/** Where the pairs lie as the static table reads them. */
export const staticFolder = path.join(trainingFolder, 'static');

/** The static table, as the product reads it. */
export const staticTable = path.join(staticFolder, 'static-code-256.bin');

/** Where it comes from, see `Origin`. */
export const staticOrigin = path.join(staticFolder, 'static-code-256.origin.json');

/** What the deep model is made of, and how far it is. */
export const deepFolder = path.join(trainingFolder, 'deep');

/** The deep model that the last run reached: weights and tokens, in the form in which all-MiniLM-L6-v2 comes. */
export const deepModelFolder = path.join(deepFolder, 'model');

/** The deep model as the product reads it. */
export const exportedDeep = path.join(deepFolder, 'deep-code.bin');

/** Where it comes from, see `Origin`. */
export const deepOrigin = path.join(deepFolder, 'deep-code.origin.json');

/** What the training says of some texts of our own: a list of `{text, vector}`, for the product's test. */
export const deepVectors = path.join(deepFolder, 'deep-code.vectors.json');
