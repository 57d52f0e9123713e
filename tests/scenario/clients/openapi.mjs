// openapi - is an answer one that openapi.json describes? Knows as much of JSON Schema as that document uses
import assert from 'node:assert/strict'

const NOTES = new Set(['description', 'required', 'additionalProperties', 'format', 'contentEncoding'])
const is_type = (type, value) => {
    if (type === 'null')
        return value === null
    if (type === 'array')
        return Array.isArray(value)
    if (type === 'integer')
        return Number.isInteger(value)
    return typeof value === type && value !== null && !Array.isArray(value)
}

// What is wrong with the value; undefined: nothing.
function fault(document, schema, value, where) {
    const inner = (one, part, name) => fault(document, one, part, `${where}.${name}`)
    for (const [key, rule] of Object.entries(schema)) {
        let found
        if (key === '$ref')
            found = fault(document, resolve(document, rule), value, where)
        else if (key === 'type')
            found = is_type(rule, value)? undefined: `${where} is no ${rule}`
        else if (key === 'enum')
            found = rule.includes(value)? undefined: `${where} is none of ${rule}`
        else if (key === 'pattern')
            found = typeof value !== 'string' || new RegExp(rule).test(value)? undefined: `${where} is not ${rule}`
        else if (key === 'items')
            found = value.map((part, i) => inner(rule, part, i)).find(one => one)
        else if (key === 'anyOf')
            found = rule.some(one => !fault(document, one, value, where))? undefined: `${where} is none of anyOf`
        else if (key === 'properties')
            found = (schema.required ?? []).filter(name => !(name in value))
                .map(name => `${where}.${name} is missing`)[0]
                ?? Object.entries(value).map(([name, part]) => rule[name]? inner(rule[name], part, name)
                    : schema.additionalProperties === false? `${where}.${name} is not described`: undefined)
                    .find(one => one)
        else
            assert.ok(NOTES.has(key), `a keyword that openapi.mjs does not know: ${key}`)
        if (found)
            return found
    }
}
function resolve(document, reference) {
    const found = reference.slice(2).split('/').reduce((at, name) => at?.[name], document)
    assert.ok(found, `${reference} leads nowhere`)
    return found
}

// The operation of a method and a path below /api/v1; the more of its template is fixed, the better.
export function operation(document, method, path) {
    let best
    for (const [template, item] of Object.entries(document.paths)) {
        const found = item[method.toLowerCase()]
        const pattern = template.replaceAll('.', '\\.').replace('{path}', '.+').replace('{name}', '[^/]+')
        if (found && new RegExp(`^${pattern}$`).test(path || '/') && !(best?.template.length > template.length))
            best = { template, found }
    }
    return best?.found
}

export function check(document, method, path, status, body) {
    const found = operation(document, method, decodeURIComponent(path.replace(/\?.*/, '')))
    if (!found)
        return assert.equal(status >= 404 && status <= 405, true, `${method} ${path} is not described`)
    let answer = found.responses[status]
    assert.ok(answer, `${method} ${path}: ${status} is not described`)
    if (answer.$ref)
        answer = resolve(document, answer.$ref)
    const schema = answer.content?.['application/json']?.schema
    if (schema)
        assert.equal(fault(document, schema, JSON.parse(body), `${method} ${path}`), undefined)
}
