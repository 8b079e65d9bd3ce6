request initialize {}
reply {}
request shutdown
reply null
end
exit 0
