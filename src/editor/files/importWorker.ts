/** The thread that reads foreign files: what takes long there keeps nobody waiting, and can be stopped at any moment. */
import { parentPort, workerData } from "node:worker_threads";
import { readForeignFile, type ForeignSource } from "./foreignFile";

void readForeignFile(workerData as ForeignSource).then((result) => parentPort?.postMessage(result));
