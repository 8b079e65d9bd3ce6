request initialize {}
reply {}
end
exit 1
