-- Everything in a database that a test could find changed: its objects, then its rows. Comparable with itself only.
SET search_path = '';
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET extra_float_digits = 1;

CREATE TEMP VIEW mine AS
  SELECT oid FROM pg_catalog.pg_namespace
  WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema';

COPY (SELECT 'schema', nspname, nspacl FROM pg_catalog.pg_namespace
  WHERE oid IN (SELECT oid FROM pg_temp.mine) ORDER BY nspname) TO STDOUT;
COPY (SELECT 'type', t.oid::regtype, t.typtype, t.typdefault, t.typnotnull,
    (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
  FROM pg_catalog.pg_type t WHERE t.typnamespace IN (SELECT oid FROM pg_temp.mine) ORDER BY t.oid) TO STDOUT;
COPY (SELECT 'function', p.oid::regprocedure, pg_catalog.pg_get_functiondef(p.oid)
  FROM pg_catalog.pg_proc p
  WHERE p.pronamespace IN (SELECT oid FROM pg_temp.mine) AND p.prokind IN ('f', 'p') ORDER BY p.oid) TO STDOUT;
COPY (SELECT 'relation', c.oid::regclass, c.relkind, c.relowner::regrole, c.relacl, c.relrowsecurity, c.relforcerowsecurity,
    c.relpersistence, c.relreplident, c.reloptions, pg_catalog.pg_get_expr(c.relpartbound, c.oid),
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END
  FROM pg_catalog.pg_class c WHERE c.relnamespace IN (SELECT oid FROM pg_temp.mine) ORDER BY c.oid) TO STDOUT;
COPY (SELECT 'column', a.attrelid::regclass, a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
    a.attnotnull, a.attidentity, a.attgenerated, a.attacl, a.attcollation, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND c.relnamespace IN (SELECT oid FROM pg_temp.mine) ORDER BY a.attrelid, a.attnum) TO STDOUT;
COPY (SELECT 'constraint', conrelid::regclass, conname, convalidated, pg_catalog.pg_get_constraintdef(oid)
  FROM pg_catalog.pg_constraint WHERE connamespace IN (SELECT oid FROM pg_temp.mine) ORDER BY oid) TO STDOUT;
COPY (SELECT 'index', i.indexrelid::regclass, i.indisvalid, i.indisclustered, pg_catalog.pg_get_indexdef(i.indexrelid)
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE c.relnamespace IN (SELECT oid FROM pg_temp.mine) ORDER BY i.indexrelid) TO STDOUT;
COPY (SELECT 'trigger', tgrelid::regclass, tgname, tgenabled, pg_catalog.pg_get_triggerdef(oid)
  FROM pg_catalog.pg_trigger WHERE NOT tgisinternal ORDER BY oid) TO STDOUT;
-- Those that guard foreign keys have no names to compare; whether they are on counts.
COPY (SELECT 'internal triggers', tgrelid::regclass, tgenabled, count(*)
  FROM pg_catalog.pg_trigger WHERE tgisinternal GROUP BY tgrelid, tgenabled ORDER BY tgrelid, tgenabled) TO STDOUT;
COPY (SELECT 'rule', r.ev_class::regclass, r.rulename, r.ev_enabled, pg_catalog.pg_get_ruledef(r.oid)
  FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
  WHERE c.relnamespace IN (SELECT oid FROM pg_temp.mine) ORDER BY r.oid) TO STDOUT;
COPY (SELECT 'policy', polrelid::regclass, polname, polcmd, polpermissive, polroles,
    pg_catalog.pg_get_expr(polqual, polrelid), pg_catalog.pg_get_expr(polwithcheck, polrelid)
  FROM pg_catalog.pg_policy ORDER BY oid) TO STDOUT;
COPY (SELECT 'parent', inhrelid::regclass, inhparent::regclass, inhseqno
  FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno) TO STDOUT;
COPY (SELECT 'comment', d.classoid::regclass, d.objoid, d.objsubid, d.description
  FROM pg_catalog.pg_description d WHERE d.objoid >= 16384 ORDER BY d.classoid::text, d.objoid, d.objsubid) TO STDOUT;
COPY (SELECT 'sequence', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin,
    s.seqcache, s.seqcycle FROM pg_catalog.pg_sequence s ORDER BY s.seqrelid) TO STDOUT;

SELECT pg_catalog.format('COPY (SELECT ''value'', %L, last_value, is_called FROM %s) TO STDOUT', seqrelid::regclass, seqrelid::regclass)
  FROM pg_catalog.pg_sequence ORDER BY seqrelid
\gexec
SELECT pg_catalog.format('COPY (SELECT ''row'', %L, t.* FROM ONLY %s t ORDER BY t::text COLLATE pg_catalog."C") TO STDOUT',
    oid::regclass, oid::regclass)
  FROM pg_catalog.pg_class WHERE relkind = 'r' AND relnamespace IN (SELECT oid FROM pg_temp.mine) ORDER BY oid
\gexec
