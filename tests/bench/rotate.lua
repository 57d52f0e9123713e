-- rotate - asks for page after page of the generated wiki; the query makes each address a new one, so nothing is cached
local pages, folders = tonumber(os.getenv("BENCH_PAGES")), tonumber(os.getenv("BENCH_FOLDERS"))
local number, turn = 0, os.time()

function request()
    -- 7919 is prime: neighbours in time are no neighbours in the tree
    number = number + 1
    local page = (number * 7919) % pages
    return wrk.format("GET", string.format("/f%03d/p%05d?n=%d.%d", page % folders, page, turn, number))
end

local bad = 0
function response(status)
    if status ~= 200 then
        bad = bad + 1
        if bad == 1 then io.stderr:write("wrk: an answer with status " .. status .. "\n") end
    end
end
