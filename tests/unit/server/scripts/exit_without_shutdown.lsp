request initialize {}
reply {}
notify exit
exit 1
