/** The samples that come with the extension, in place. */
export const samplesFolder: string;

/** A copy of the samples in which tests may write; deleted when this process ends. */
export function copySamples(): string;
