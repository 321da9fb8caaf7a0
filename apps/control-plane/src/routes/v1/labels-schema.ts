import { Type } from 'typebox';

const word = '^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$';

/** What hosts are labelled with; the rule for both parts is that of Kubernetes' label values. */
export const labelsSchema = Type.Record(Type.String({ pattern: word }), Type.String({ pattern: word }), { description: 'Of hosts; `zone` is their availability zone.' });
