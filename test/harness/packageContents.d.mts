export function checkPackage(file: string, target: string | undefined): string;
